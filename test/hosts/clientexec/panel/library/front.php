<?php

/*
 * ClientExec's front controller, as far as it concerns a caller from outside: it starts everything, logs what was asked, and shows
 * the page that $_GET names. It relies on global variables and on being included from ClientExec's root.
 */

require_once 'config.php';
require_once 'library/constants.php';
require_once 'library/CE/Lib.php';

define('APPLICATION_PATH', realpath(__DIR__));
set_include_path(APPLICATION_PATH . '/..' . PATH_SEPARATOR . APPLICATION_PATH);
require_once 'Zend/Loader/Autoloader.php';
Zend_Loader_Autoloader::getInstance()->registerNamespace('CE_');

require __DIR__ . '/start.php';
require __DIR__ . '/dispatch.php';

clientexec_start();
clientexec_dispatch();
