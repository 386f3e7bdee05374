<?php

if (!defined('CORE_FOLDER')) {
    die();
}
/** @var $module DomainNameAPI */

$user = $module->getDNAUser();
echo Utility::jencode(['loggedin' => $user['result'] === 'OK']);
