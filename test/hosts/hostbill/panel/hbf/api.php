<?php

/** The remote admin API. */

require_once dirname(__DIR__) . '/includes/hostbill.php';

if (\Keyturn\Host\config('maintenance') === true) {
    \Keyturn\Host\showPage(200, 'We are down for maintenance');
    exit;
}
if (\Keyturn\Host\config('sessionEnded') === true) {
    require __DIR__ . '/login.php';
    exit;
}

header('Content-Type: application/json');
echo json_encode((new RemoteApi())->answer(array_map('htmlspecialchars', array_filter($_POST + $_GET, 'is_string'))));
