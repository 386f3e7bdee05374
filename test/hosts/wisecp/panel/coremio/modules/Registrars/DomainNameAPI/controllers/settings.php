<?php

if (!defined('CORE_FOLDER')) {
    die();
}
/** @var $module DomainNameAPI */

// As the vendor's: the stars mean "as it was", and a switch that was not posted is taken for "off".
$config = $module->config;
$username = Filter::POST('username', 'hclear');
$password = Filter::POST('password', 'hclear');
if ($username !== false) {
    $config['settings']['username'] = $username;
}
if ($password !== false && $password !== '*****') {
    $config['settings']['password'] = Crypt::encode($password, Config::get('crypt/system'));
}
$config['settings']['test-mode'] = (int) Filter::POST('test-mode', 'numbers');
$config['settings']['adp'] = (bool) Filter::POST('adp', 'numbers');
FileManager::file_write(dirname(__DIR__) . DS . 'config.php', Utility::array_export($config, ['pwith' => true]));
echo Utility::jencode(['status' => 'successful']);
