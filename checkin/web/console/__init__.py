"""The organizers' pages, under /console, found by being here. How to add one: README.md beside this file."""
