"""How every sentence is written: what a reader sees is taken out of templates, code and data, and looked through."""
