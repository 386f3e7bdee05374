<?php

/** Connects, opens the session, and logs the request as level 4 has it. */
function clientexec_start(): void
{
    global $hostname, $dbuser, $dbpass, $database;
    if (\Keyturn\Host\config('boot') === 'broken') {
        throw new Exception("Access denied for $dbuser with password $dbpass");
    }
    if (\Keyturn\Host\config('boot') === 'noisy') {
        // What an older ClientExec makes a newer PHP say, on a server that shows such things to visitors.
        trigger_error('Creation of dynamic property is deprecated', E_USER_DEPRECATED);
        echo $neverSet, "\n";
    }
    $db = new CE_MySQL($hostname, $dbuser, $dbpass, 'utf8');
    $db->connect();
    $db->selectDb($database);
    Zend_Registry::set('db', $db);
    session_name(md5(__DIR__));
    session_start();
    Zend_Registry::set('session', new stdClass());
    CE_Lib::log(4, ['request' => $_REQUEST, 'post' => $_POST, 'get' => $_GET]);
    CE_Lib::log(4, ['input' => file_get_contents('php://input'), 'server' => $_SERVER]);
}
