enum status careless(void);
