"""Who and when. Pure: values in, values out."""
