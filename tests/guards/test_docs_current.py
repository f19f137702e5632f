"""What is printed from the code says what the code says."""

from pathlib import Path

from stack.docs import main, stale


def test_the_generated_pages_are_current() -> None:
    found = stale()
    assert not found, f"docs/generated: {', '.join(found)} differ from the code: run `make docs`."


def test_a_planted_edit_and_a_missing_page_are_found(tmp_path: Path) -> None:
    main(tmp_path)
    assert stale(tmp_path) == []
    (tmp_path / "facts.md").write_text("Nothing happens here.")
    (tmp_path / "errors.md").unlink()
    assert stale(tmp_path) == ["facts.md", "errors.md"]
