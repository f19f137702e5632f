"""House rules as tests. Each failure says what to do, and each rule is tested on a planted offender."""
