<?php

declare(strict_types=1);

/*
 * Where letters to this connector are posted: https://<ClientExec>/plugins/snapin/keyturn/connector.php
 * ClientExec has no API that could carry them, so the letter's own signature is the whole authentication.
 *
 * ClientExec's files are included here, at the top level, as every callback.php of its gateways does it: older parts of
 * ClientExec expect their variables to be global.
 */

use Keyturn\Connector\ClientExec\Visit;

require __DIR__ . '/core/autoload.php';
require __DIR__ . '/adapter/load.php';

$keyturnVisit = Visit::begin(__DIR__);
try {
    foreach ($keyturnVisit->files() as $keyturnFile) {
        require_once $keyturnFile;
    }
} catch (\Throwable $keyturnThrown) {
    // What ClientExec says of its own failure may hold values; that it failed is told by its settings not being there.
    unset($keyturnThrown);
}
$keyturnVisit->end();
