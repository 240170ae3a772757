enum status {
    ST_OK,
    ST_NEVER
};
