"""What tests share: servers, builders, fakes. Nothing here asserts."""
