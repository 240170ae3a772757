static int own(void)
{
    return 1;
}

struct thing *thing_new(
    int size)
{
    return own() ? 0 : 0;
}
