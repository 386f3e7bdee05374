<?php

/* ClientExec keeps the access to its database in plain global variables. */
$access = \Keyturn\Host\settings()['database'];
$hostname = 'localhost:' . $access['socket'];
$dbuser = $access['user'];
$dbpass = $access['password'];
$database = $access['database'];
