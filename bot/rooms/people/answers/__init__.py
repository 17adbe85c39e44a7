"""What is answered from the record of the person asking, or from what they tell of themselves."""
