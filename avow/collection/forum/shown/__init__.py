"""Show and ask what stands on the pages of the forum: fields and notice, posts as anybody reads them."""
