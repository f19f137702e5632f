"""Looking at links for the checks of workflow."""
