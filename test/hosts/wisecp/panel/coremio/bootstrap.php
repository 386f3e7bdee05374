<?php

/** What WISECP has done before anybody's code runs: constants, class loading, the modules' hooks. */

declare(strict_types=1);

define('CORE_FOLDER', 'coremio');
define('DS', DIRECTORY_SEPARATOR);
define('CORE_DIR', __DIR__ . DS);
define('MODULE_DIR', CORE_DIR . 'modules' . DS);

spl_autoload_register(static function (string $class): void {
    $generation = \Keyturn\Host\config('generation', 'v5');
    $api = 'WISECP\\Api\\';
    $isNewApi = strncmp($class, $api, strlen($api)) === 0;
    $files = $isNewApi
        ? ($generation === 'v5' ? [CORE_DIR . 'api/' . basename(str_replace('\\', '/', $class)) . '.php'] : [])
        : [CORE_DIR . "classes/$class.php", CORE_DIR . "classes/$generation/$class.php"];
    foreach ($files as $file) {
        if (is_file($file)) {
            require_once $file;
        }
    }
});

Compiled::catchUp();
(static function (): void {
    if (\Keyturn\Host\config('generation', 'v5') === 'v5') {
        foreach (glob(MODULE_DIR . '*/*/hooks.php') ?: [] as $file) {
            include $file;
        }
        return;
    }
    // Every active addon's class file is loaded with every page, for the hooks that stand behind the class.
    foreach (Modules::Load('Addons', 'All', true, true) as $name => $record) {
        Modules::Load('Addons', $name);
    }
})();
