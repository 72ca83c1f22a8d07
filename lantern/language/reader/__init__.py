"""A second reader of task English, independent of the grammar: where the two differ, the user is asked."""
