<?php

header('Content-Type: text/html; charset=utf-8');
echo '<!DOCTYPE html><html><head><title>HostBill - Log in</title></head><body><form method="post">',
    '<input name="username"><input type="password" name="password"><button>Login</button></form></body></html>';
