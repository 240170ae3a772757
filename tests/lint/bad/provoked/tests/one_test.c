/* ST_OK */
