"""A person's own figures: what they told or a download showed, kept with its day, judged beside a record."""
