<?php

/** Brings the application up, for pages and for code of other people. */

define('HBF_APPNAME', 'HostBill');
define('DS', DIRECTORY_SEPARATOR);
define('MAINDIR', dirname(__DIR__) . DS);
define('APPDIR_MODULES', __DIR__ . DS . 'modules' . DS);

spl_autoload_register(static function (string $class): void {
    $file = __DIR__ . '/core/' . $class . '.php';
    if (preg_match('/\A\w+\z/', $class) === 1 && is_file($file)) {
        require_once $file;
    }
});

require_once __DIR__ . '/core/interfaces.php';

/** @return PDO the connection that custom code is given */
function hbm_db()
{
    return \Keyturn\Host\database();
}
