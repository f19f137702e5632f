"""Tests of conversations that open no socket."""
