int copy(char *a, const char *b)
{
    if (!strcmp(a, b))
        strcpy(a, b);
    return 0;
}
