<?php

/** What a test can do to this ClientExec behind its back: as its administrator, and as its file system. */

declare(strict_types=1);

use function Keyturn\Host\database;
use function Keyturn\Host\settings;

const CLIENTEXEC_PLUGIN = 'plugins/registrars/domainnameapi';

/** Writes settings as the form of ClientExec does, rows that are not there included; a null takes a row away. */
function clientexecStore(array $values): void
{
    foreach ($values as $name => $value) {
        database()->prepare('DELETE FROM setting WHERE name = ?')->execute([$name]);
        if ($value !== null) {
            database()->prepare('INSERT INTO setting (name, value) VALUES (?, ?)')->execute([$name, $value]);
        }
    }
}

/** Changes the plugin's files: another version, or all of them gone. */
function clientexecModule(array $values): void
{
    $folder = settings()['root'] . '/' . CLIENTEXEC_PLUGIN;
    if (($values['present'] ?? true) === false) {
        array_map('unlink', (array) glob("$folder/*"));
        return;
    }
    $changes = [
        'PluginDomainnameapi.php' => ["/MODULE_VERSION = '[^']*'/", "MODULE_VERSION = '{$values['version']}'"],
        'SharedApiConfigAndUtilsTrait.php' => ["/VERSION = '[^']*'/", "VERSION = '{$values['library']}'"],
    ];
    foreach ($changes as $file => [$pattern, $text]) {
        file_put_contents("$folder/$file", preg_replace($pattern, $text, (string) file_get_contents("$folder/$file")));
    }
}

return [
    'install' => static function (): void {
        database()->exec(
            'CREATE TABLE setting (id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(191) NOT NULL UNIQUE, value TEXT NOT NULL)'
        );
        clientexecStore([
            'Company Name' => 'Example Hosting',
            'Offline' => '0',
            'plugin_keyturn_Enabled' => '1',
            'plugin_Domainnameapi_Plugin Name' => 'Domain Name Api',
            'plugin_Domainnameapi_Use testing server' => '0',
            'plugin_Domainnameapi_Username' => '',
            'plugin_Domainnameapi_Password' => '',
            'plugin_Domainnameapi_NameServer 1' => 'ns1.example.test',
            'plugin_Domainnameapi_NameServer 2' => 'ns2.example.test',
            'plugin_Domainnameapi_Actions' => 'Register',
        ]);
    },
    'store' => static fn (array $values) => clientexecStore($values),
    'stored' => static fn (): array => database()->query('SELECT name, value FROM setting')->fetchAll(\PDO::FETCH_KEY_PAIR),
    'module' => static fn (array $values) => clientexecModule($values),
    'remove' => static fn (array $values): bool => unlink(settings()['root'] . '/' . $values['file']),
    // The plugin's own way to the vendor, as an order takes it.
    'askVendor' => static function (): int {
        chdir(settings()['root']);
        foreach (['config.php', 'library/constants.php', 'library/CE/Lib.php'] as $file) {
            require_once settings()['root'] . '/' . $file;
        }
        set_include_path(settings()['root'] . PATH_SEPARATOR . settings()['root'] . '/library');
        require_once 'Zend/Loader/Autoloader.php';
        Zend_Loader_Autoloader::getInstance()->registerNamespace('CE_');
        $db = new CE_MySQL($hostname, $dbuser, $dbpass, 'utf8');
        $db->connect();
        $db->selectDb($database);
        Zend_Registry::set('db', $db);
        require_once CLIENTEXEC_PLUGIN . '/PluginDomainnameapi.php';
        return (new PluginDomainnameapi(new stdClass()))->askVendor();
    },
    // Tables that could have kept what they should not have; the credential's own row is where it belongs.
    'logs' => static fn (): array => database()
        ->query("SELECT name, value FROM setting WHERE name NOT LIKE 'plugin_Domainnameapi_%'")
        ->fetchAll(\PDO::FETCH_KEY_PAIR),
];
