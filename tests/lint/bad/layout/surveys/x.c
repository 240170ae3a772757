int  x ;
