<?php

declare(strict_types=1);

require_once __DIR__ . '/Boot.php';
require_once __DIR__ . '/ClientExecHost.php';
require_once __DIR__ . '/ModuleFiles.php';
require_once __DIR__ . '/PanelSettings.php';
require_once __DIR__ . '/Visit.php';
