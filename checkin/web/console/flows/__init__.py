"""The flows: what the line says, as pictures, as text to write, to try, to publish, and as they were."""
