<?php

declare(strict_types=1);

if (!class_exists('HBController')) {
    exit;
}

require_once __DIR__ . '/core/autoload.php';
require_once __DIR__ . '/adapter/RegistrarModule.php';
require_once __DIR__ . '/adapter/Apps.php';
require_once __DIR__ . '/adapter/StoredRow.php';
require_once __DIR__ . '/adapter/Savers.php';
require_once __DIR__ . '/adapter/HostBillHost.php';
