"""The office's days in a real Chromium: each flow from the first click to the last paper, verified at its end."""
