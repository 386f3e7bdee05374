<?php
echo json_encode([$_SERVER['REMOTE_ADDR'], $_SERVER['SERVER_ADDR'], $_SERVER['SERVER_PORT'], $_SERVER['HTTPS'] ?? null, $_POST, file_get_contents('php://input'), PHP_VERSION, getcwd(), \Keyturn\Host\database()->query('select 1')->fetchColumn()]);
