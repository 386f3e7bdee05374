<?php

/*
 * Starts as much of ClientExec as its settings need, without its front controller: the second way of Boot::WAYS.
 * Included at the top level after config.php, whose variables hold the access to the database.
 */

if (!class_exists('Keyturn\Connector\ClientExec\Visit', false)) {
    // Somebody asked the web server for this file.
    return;
}
if (!defined('APPLICATION_PATH')) {
    define('APPLICATION_PATH', dirname(__DIR__, 4) . '/library');
}
set_include_path(APPLICATION_PATH . '/..' . PATH_SEPARATOR . APPLICATION_PATH . PATH_SEPARATOR . get_include_path());

require_once 'Zend/Loader/Autoloader.php';
Zend_Loader_Autoloader::getInstance()->registerNamespace('CE_');

// Parts of ClientExec look for a session; none is opened for a letter.
Zend_Registry::set('session', new stdClass());

$keyturnDatabase = new CE_MySQL($hostname, $dbuser, $dbpass, 'utf8');
Zend_Registry::set('db', $keyturnDatabase);
$keyturnDatabase->setEngine('mysql');
if (!$keyturnDatabase->connect() || !$keyturnDatabase->selectDb($database)) {
    throw new RuntimeException('The database of ClientExec cannot be reached.');
}
