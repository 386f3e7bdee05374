<?php

declare(strict_types=1);

// WISECP 5 loads this file with every request, whether the addon is active or not. Asked for through the web server it does nothing.
if (!class_exists('Hook') || !class_exists('Config')) {
    return;
}

Hook::add('filter:api.routes', 20, static function (&$routes, &$audience): void {
    $config = $audience === 'admin' ? include __DIR__ . '/config.php' : [];
    if (is_array($config) && !empty($config['status'])) {
        // A key is needed (not public), and one whose owner ticked this very action (not merely signed in).
        $routes[] = ['POST', 'keyturn/letter', 'Module:Addons/Keyturn', 'letter', false, false];
    }
});

// The screen for API credentials reads this list before any route is asked for, hence outside of the listener.
Config::set('api-actions', ['Module:Addons/Keyturn' => ['letter']], true);
