<?php

if (!defined('CORE_FOLDER')) {
    die();
}
/** @var $module DomainNameAPI */

echo Utility::jencode(['status' => $module->testConnection($module->config) ? 'successful' : 'error', 'message' => $module->error]);
