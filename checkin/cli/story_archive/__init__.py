"""Stories by the folder or the zip: a list of them (CSV or YAML) and the files that it names."""
