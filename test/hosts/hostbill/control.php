<?php

/** What a test may do around the panel's API: set it up, look into its tables, play the operator. */

declare(strict_types=1);

namespace Keyturn\Host\HostBill;

use function Keyturn\Host\database;
use function Keyturn\Host\settings;

require_once settings()['root'] . '/includes/hostbill.php';
require_once __DIR__ . '/setup.php';
require_once __DIR__ . '/storage.php';

/** Runs SQL with values and gives the rows. */
function rows(string $sql, array $values = []): array
{
    $query = database()->prepare($sql);
    $query->execute($values);
    return $query->columnCount() > 0 ? $query->fetchAll() : [];
}

/** Writes the version numbers that the module's files tell. */
function setVersions(array $values): void
{
    $folder = APPDIR_MODULES . 'Domain/domainnameapi/';
    $places = ['module' => 'class.domainnameapi.php', 'library' => 'lib/SharedApiConfigAndUtilsTrait.php'];
    foreach ($places as $name => $file) {
        $text = (string) file_get_contents($folder . $file);
        $new = preg_replace("/(version = ')[^']*/i", '${1}' . $values[$name], $text, 1);
        file_put_contents($folder . $file, $new);
    }
}

return [
    'install' => static fn () => createTables(),
    'logs' => static fn (): array => rows('SELECT * FROM hb_api_log'),
    'store' => static fn (array $values) => store($values),
    'stored' => static fn (array $values): array => stored($values),
    'addApp' => static fn (array $values): int => addApp($values),
    'removeApps' => static fn (array $values) => rows('DELETE FROM hb_servers'),
    /** { id, key, ip, functions: comma-separated or null for all } */
    'key' => static fn (array $values) => rows(
        'REPLACE INTO hb_api_access (api_id, api_key, ip, functions) VALUES (?, ?, ?, ?)',
        [$values['id'], $values['key'], $values['ip'] ?? '', $values['functions'] ?? null]
    ),
    /** { module, active } */
    'activate' => static fn (array $values) => rows(
        'UPDATE hb_modules_configuration SET active = ? WHERE module = ?',
        [(int) $values['active'], $values['module']]
    ),
    /** The operator deleted the registrar module's folder; HostBill still lists it. */
    'removeModule' => static fn () => rename(APPDIR_MODULES . 'Domain/domainnameapi', APPDIR_MODULES . 'Domain/gone'),
    'restoreModule' => static fn () => rename(APPDIR_MODULES . 'Domain/gone', APPDIR_MODULES . 'Domain/domainnameapi'),
    'versions' => static fn (array $values) => setVersions($values),
    'testButton' => static function (array $values): array {
        $module = \ModuleFactory::singleton()->getModuleByName('domainnameapi');
        return ['works' => $module->testConnection()] + $module->messages();
    },
];
