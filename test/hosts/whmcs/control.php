<?php

/** What a test may do to this WHMCS from behind. */

declare(strict_types=1);

namespace Keyturn\Host\Whmcs;

use function Keyturn\Host\database;
use function Keyturn\Host\settings;

require_once settings()['root'] . '/init.php';

const MODULE = 'domainnameapi';

function createTables(): void
{
    database()->exec('CREATE TABLE tblregistrars (id INT AUTO_INCREMENT PRIMARY KEY, registrar TEXT, setting TEXT, value TEXT)');
    database()->exec('CREATE TABLE tblconfiguration (setting VARCHAR(191) PRIMARY KEY, value TEXT, created_at DATETIME, updated_at DATETIME)');
    database()->exec('CREATE TABLE tblcustomfields (id INT AUTO_INCREMENT PRIMARY KEY, type TEXT, fieldname TEXT)');
    database()->exec('CREATE TABLE tblactivitylog (id INT AUTO_INCREMENT PRIMARY KEY, description TEXT)');
    database()->exec(
        'CREATE TABLE tblapilog (id INT AUTO_INCREMENT PRIMARY KEY, action TEXT, request MEDIUMTEXT, response MEDIUMTEXT,
         response_status INT)'
    );
    database()->exec(
        'CREATE TABLE tblmodulelog (id INT AUTO_INCREMENT PRIMARY KEY, module TEXT, action TEXT, request MEDIUMTEXT, response MEDIUMTEXT)'
    );
    store(['API_UserName' => '', 'API_Password' => '', 'API_TestMode' => '']);
}

/** @param array<string, string> $settings all settings of the module, plain */
function store(array $settings): void
{
    Registrars::clear(MODULE);
    foreach ($settings as $name => $value) {
        Registrars::put(MODULE, $name, $value);
    }
}

/** Another version of the module, or none: rewrites the files that carry it. */
function installModule(?string $version): void
{
    $folder = settings()['root'] . '/modules/registrars/' . MODULE;
    if ($version === null) {
        rename($folder, dirname(settings()['root']) . '/module-away');
        return;
    }
    if (!is_dir($folder)) {
        rename(dirname(settings()['root']) . '/module-away', $folder);
    }
    foreach (['whmcs.json', MODULE . '.php', 'lib/SharedApiConfigAndUtilsTrait.php'] as $file) {
        $text = (string) file_get_contents("$folder/$file");
        $pattern = '/(?<=["\'])\d+\.\d+\.\d+(?=["\'])/';
        file_put_contents("$folder/$file", preg_replace($pattern, $version, $text));
    }
}

/** @return array<string, mixed> */
function logTables(): array
{
    $tables = [];
    foreach (['tblactivitylog', 'tblapilog', 'tblmodulelog', 'tblconfiguration'] as $table) {
        $tables[$table] = database()->query("SELECT * FROM $table")->fetchAll();
    }
    return $tables;
}

/** What the role editor lists after the hooks of its page have run. @return string[] */
function roleEditor(): array
{
    Hooks::run('AdminAreaPage', ['filename' => 'configapiroles']);
    return array_keys(\WHMCS\Api\V1\Catalog::get()->getActions());
}

return [
    'install' => static function (): void {
        createTables();
    },
    'stored' => static fn () => (object) Registrars::read(MODULE),
    'rows' => static fn () => (object) Registrars::rows(MODULE),
    'store' => static function (array $values): void {
        store($values);
    },
    'installModule' => static function (array $values): void {
        installModule($values['version']);
    },
    'logs' => static fn () => logTables(),
    'roleEditor' => static fn () => roleEditor(),
    'registrarPage' => static fn () => Actions::configArray(MODULE)['Description']['Value'],
];
