"""Views, one file per subject: read the input, call a verb or a query, show the answer. No decisions here."""
