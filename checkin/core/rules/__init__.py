"""Pure rules that more than one feature needs: values in, values out."""
