<?php

/** Shows the connector's action in the role editor (System Settings > API Roles), where it can then be ticked. */

declare(strict_types=1);

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

add_hook('AdminAreaPage', 1, static function (): void {
    // Undocumented, so a WHMCS without it must lose nothing but the tick box.
    $catalog = '\WHMCS\Api\V1\Catalog';
    if (!class_exists($catalog) || !method_exists($catalog, 'add') || !method_exists($catalog, 'get')) {
        return;
    }
    try {
        if (array_key_exists('keyturnconnector', $catalog::get()->getActions())) {
            return;
        }
        $action = ['group' => 'Keyturn', 'name' => 'KeyturnConnector', 'default' => 0];
        $catalog::add(['keyturnconnector' => $action], ['Keyturn' => ['name' => 'Keyturn']]);
    } catch (\Throwable $error) {
        // An admin page that works is worth more than our tick box.
        return;
    }
});
