<?php

/** What a test may do to the simulated Blesta behind its back. Values in and out are those that Blesta's own code would see. */

declare(strict_types=1);

use function Keyturn\Host\config;
use function Keyturn\Host\database;
use function Keyturn\Host\settings;

require_once __DIR__ . '/panel/lib/bootstrap.php';
require_once __DIR__ . '/panel/app/models/module_manager.php';

const BLESTA_TABLES = [
    'companies (id INT PRIMARY KEY, name VARCHAR(64), hostname VARCHAR(255))',
    'api_keys (id INT AUTO_INCREMENT PRIMARY KEY, company_id INT, user VARCHAR(64), `key` VARCHAR(255))',
    'plugins (id INT AUTO_INCREMENT PRIMARY KEY, company_id INT, dir VARCHAR(64))',
    'modules (id INT PRIMARY KEY, company_id INT, name VARCHAR(64), class VARCHAR(64), version VARCHAR(16))',
    'module_rows (id INT PRIMARY KEY, module_id INT)',
    'module_row_meta (module_row_id INT, `key` VARCHAR(32), value TEXT, serialized TINYINT, encrypted TINYINT,'
        . ' PRIMARY KEY (module_row_id, `key`))',
    'log_modules (id INT AUTO_INCREMENT PRIMARY KEY, url TEXT, data TEXT, direction VARCHAR(8), status VARCHAR(8))',
];

/** @param array<string, scalar|null> $values */
function blestaInsert(string $table, array $values): void
{
    (new Record())->insert($table, $values);
}

/** Company 1 with the module as 12 and its row 3; company 2 with the module as 22 and no row yet. */
function blestaInstall(): void
{
    foreach (BLESTA_TABLES as $table) {
        database()->exec("CREATE TABLE $table ENGINE=InnoDB");
    }
    foreach ([1 => settings()['address'], 2 => 'two.example.com'] as $id => $host) {
        blestaInsert('companies', ['id' => $id, 'name' => "Company $id", 'hostname' => $host]);
        blestaInsert('api_keys', ['company_id' => $id, 'user' => "user-$id", 'key' => config('apiKey') . $id]);
        blestaInsert('plugins', ['company_id' => $id, 'dir' => 'keyturn']);
        blestaModule($id, true);
    }
    blestaSetRow(['row' => '3', 'meta' => ['user' => '', 'key' => '', 'sandbox' => 'false']]);
}

function blestaModule(int $company, bool $installed): void
{
    $id = $company * 10 + 2;
    database()->exec("DELETE FROM modules WHERE id = $id");
    if ($installed) {
        $facts = ['name' => 'DomainNameAPI', 'class' => 'domainnameapi', 'version' => '2.0.10'];
        blestaInsert('modules', ['id' => $id, 'company_id' => $company] + $facts);
    }
}

/** Writes a row exactly as given; a row that does not exist yet is made. */
function blestaSetRow(array $values): void
{
    $row = (int) $values['row'];
    blestaRemoveRow($values);
    blestaInsert('module_rows', ['id' => $row, 'module_id' => $values['module'] ?? 12]);
    foreach ($values['meta'] as $key => $value) {
        $secret = in_array($key, ['key', ...($values['encrypted'] ?? [])], true);
        blestaInsert('module_row_meta', [
            'module_row_id' => $row,
            'key' => $key,
            'value' => $secret ? (new AppModel())->systemEncrypt($value) : $value,
            'serialized' => 0,
            'encrypted' => $secret ? 1 : 0,
        ]);
    }
}

function blestaRemoveRow(array $values): void
{
    $row = (int) $values['row'];
    database()->exec("DELETE FROM module_row_meta WHERE module_row_id = $row");
    database()->exec("DELETE FROM module_rows WHERE id = $row");
}

/** @return object row id => meta */
function blestaRows(): object
{
    $rows = [];
    foreach ([12, 22] as $module) {
        foreach ((new ModuleManager())->getRows($module) as $row) {
            $rows[(string) $row->id] = (object) (array) $row->meta;
        }
    }
    return (object) $rows;
}

/** The files of the module as a release of this version has them, and Blesta upgraded to it. */
function blestaRelease(array $values): void
{
    $folder = settings()['root'] . '/components/modules/domainnameapi';
    $config = json_decode((string) file_get_contents("$folder/config.json"), true);
    file_put_contents("$folder/config.json", json_encode(['version' => $values['version']] + $config));
    $trait = "$folder/apis/SharedApiConfigAndUtilsTrait.php";
    $text = (string) file_get_contents($trait);
    file_put_contents($trait, preg_replace("/VERSION = '[^']+'/", "VERSION = '{$values['library']}'", $text));
    (new Record())->where('class', '=', 'domainnameapi')->update('modules', ['version' => $values['version']]);
}

return [
    'install' => static fn () => blestaInstall(),
    'rows' => static fn () => blestaRows(),
    'setRow' => static fn (array $values) => blestaSetRow($values),
    'removeRow' => static fn (array $values) => blestaRemoveRow($values),
    'release' => static fn (array $values) => blestaRelease($values),
    'module' => static fn (array $values) => blestaModule($values['company'] ?? 1, $values['installed']),
    'plugin' => static function (array $values): void {
        database()->exec("DELETE FROM plugins WHERE dir = 'keyturn' AND company_id = 1");
        if ($values['installed']) {
            blestaInsert('plugins', ['company_id' => 1, 'dir' => 'keyturn']);
        }
    },
    // What lies in the table, ciphertexts as they are.
    'stored' => static fn () => database()->query('SELECT * FROM module_row_meta ORDER BY 1, 2')->fetchAll(),
    // What Blesta's list of plugins shows.
    'pluginInfo' => static function (): array {
        require_once settings()['root'] . '/plugins/keyturn/keyturn_plugin.php';
        $plugin = new KeyturnPlugin();
        return ['name' => $plugin->getName(), 'version' => $plugin->getVersion()];
    },
    'managePage' => static function (array $values): string {
        require_once settings()['root'] . '/components/modules/domainnameapi/domainnameapi.php';
        return (new Domainnameapi())->manageRow((new ModuleManager())->getRow($values['row']));
    },
    'logs' => static fn () => database()->query('SELECT url, data FROM log_modules')->fetchAll(),
];
