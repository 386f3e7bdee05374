<?php

/** Every entry point of WHMCS begins here. */

declare(strict_types=1);

namespace Keyturn\Host\Whmcs;

define('WHMCS', true);
define('ROOTDIR', __DIR__);

$parts = ['Capsule', 'Cipher', 'Registrars', 'Logs', 'Hooks', 'Catalog', 'ApiGate', 'Actions', 'Domains', 'functions'];
foreach ($parts as $part) {
    require_once __DIR__ . "/vendor/whmcs/$part.php";
}

/**
 * All input is turned into HTML entities before anybody sees it.
 *
 * @param mixed $value
 * @return mixed
 */
function sanitise($value)
{
    return is_array($value) ? array_map(__NAMESPACE__ . '\sanitise', $value) : htmlspecialchars((string) $value, ENT_QUOTES);
}

$_POST = sanitise($_POST);
$_GET = sanitise($_GET);
$_REQUEST = sanitise($_REQUEST);
Hooks::load(__DIR__ . '/includes/hooks');
