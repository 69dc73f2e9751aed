"""The volunteers' pages, under /volunteer, found by being here. How to add one: checkin/web/console/README.md."""
