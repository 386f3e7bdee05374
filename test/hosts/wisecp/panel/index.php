<?php

/** A simulated WISECP, of either generation (config `generation`: v5 or v3). */

declare(strict_types=1);

require __DIR__ . '/coremio/bootstrap.php';

$path = (string) parse_url('http://host' . $_SERVER['REQUEST_URI'], PHP_URL_PATH);
$path = (string) preg_replace('#^/index\.php#', '', $path);
$isNew = \Keyturn\Host\config('generation', 'v5') === 'v5';
if ($isNew && strncmp($path, '/api/v1/', 8) === 0) {
    \WISECP\Api\Kernel::handle(substr($path, 8));
} elseif (!$isNew && preg_match('#^/api/(\w+)/(\w+)$#', $path, $match) === 1) {
    Api::answer($match[1], $match[2]);
} elseif (preg_match('#^/admin/registrars/DomainNameAPI/(settings|test_connection|userinfo)$#', $path, $match) === 1) {
    // The module's own page, for whoever is signed in as an administrator.
    Modules::Load('Registrars', 'DomainNameAPI');
    $module = new DomainNameAPI();
    require MODULE_DIR . "Registrars/DomainNameAPI/controllers/$match[1].php";
} else {
    \Keyturn\Host\showPage(404, 'Page not found');
}
