"""What to say next. Pure: values in, values out."""
