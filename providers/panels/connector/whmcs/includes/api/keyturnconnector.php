<?php

/**
 * WHMCS's remote API finds this file by the name of the action. By now WHMCS has checked the caller's address, the API credential
 * and that the credential's role ticks the action; the letter inside is checked by the connector itself.
 */

declare(strict_types=1);

use Keyturn\Connector\Connector;
use Keyturn\Connector\Request;
use Keyturn\Connector\Whmcs\WhmcsHost;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

// A scope of its own: WHMCS includes this file among its own variables.
$apiresults = (static function (): array {
    $root = dirname(__DIR__, 2);
    $home = $root . '/modules/addons/keyturn';
    foreach (['/core/autoload.php', '/adapter/ModuleFiles.php', '/adapter/WhmcsHost.php'] as $file) {
        if (!is_file($home . $file)) {
            return ['result' => 'error', 'message' => 'Keyturn connector incomplete'];
        }
        require_once $home . $file;
    }
    // Base64url, so WHMCS's turning of special characters into HTML entities has left it alone.
    $letter = $_POST['keyturn'] ?? '';
    $connector = new Connector(new WhmcsHost($root), $home);
    return [
        'result' => 'success',
        'keyturn' => $connector->answer(is_string($letter) ? $letter : '', Request::fromGlobals()),
    ];
})();
