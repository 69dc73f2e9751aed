"""What a file holds and what its cells mean: values in, values out."""
