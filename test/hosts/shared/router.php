<?php

/** Given to php -S: decides like a web server, then runs the panel's script in the global scope, as it expects. */

require_once __DIR__ . '/host.php';
require_once __DIR__ . '/web-server.php';
require_once __DIR__ . '/vendor-library.php';

\Keyturn\Host\prepareServer();
$hostScript = \Keyturn\Host\route();
if ($hostScript === false) {
    return true;
}
if ($hostScript === null) {
    return false;
}
chdir(dirname($hostScript));
require $hostScript;
return true;
