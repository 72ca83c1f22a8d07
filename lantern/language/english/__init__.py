"""What is known of English words, whoever reads them: forms, what verbs bring about, names of one thing."""
