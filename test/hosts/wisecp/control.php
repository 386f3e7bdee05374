<?php

/** What a test can do to this WISECP behind its back: as its administrator, and as its file system. */

declare(strict_types=1);

use function Keyturn\Host\database;
use function Keyturn\Host\settings;

require_once settings()['root'] . '/coremio/bootstrap.php';

const WISECP_REGISTRAR = MODULE_DIR . 'Registrars/DomainNameAPI';

/** What the file says, whatever is compiled. */
function wisecpRead(string $file): array
{
    if (function_exists('opcache_invalidate')) {
        opcache_invalidate($file, true);
    }
    return is_file($file) ? include $file : [];
}

function wisecpConfig(): array
{
    $file = WISECP_REGISTRAR . '/config.php';
    return wisecpRead(is_file($file) ? $file : WISECP_REGISTRAR . '/config.sample.php');
}

function wisecpSource(array $config): string
{
    return "<?php\n\nreturn " . var_export($config, true) . ";\n";
}

/** Puts a text into a file of the panel, and out of every compiled copy. */
function wisecpWrite(string $file, string $text): void
{
    if (!is_dir(dirname($file))) {
        mkdir(dirname($file), 0777, true);
    }
    file_put_contents($file, $text);
    Compiled::invalidate($file);
}

/** `config`: the given settings over those of a fresh installation. The password is kept as WISECP keeps it, unless `plain`. */
function wisecpStore(array $values): void
{
    $config = wisecpRead(WISECP_REGISTRAR . '/config.sample.php');
    $plain = $values['plain'] ?? false;
    $password = $plain ? $values['password'] : Crypt::encode($values['password'], Config::get('crypt/system'));
    $config['settings'] = [
        'username' => $values['username'],
        'password' => $password,
        'test-mode' => (int) $values['testMode'],
    ] + ($values['others'] ?? []) + $config['settings'];
    $config['meta']['version'] = $values['notedVersion'] ?? $config['meta']['version'];
    wisecpWrite(WISECP_REGISTRAR . '/config.php', wisecpSource($config));
}

function wisecpStored(): array
{
    $config = wisecpConfig();
    $settings = $config['settings'];
    $others = array_diff_key($settings, ['username' => 0, 'password' => 0, 'test-mode' => 0]);
    return [
        'username' => $settings['username'],
        'password' => Crypt::decode($settings['password'], Config::get('crypt/system')),
        'testMode' => (bool) $settings['test-mode'],
        'others' => $others,
        'text' => $settings['password'],
        'meta' => $config['meta'],
    ];
}

/** Another release of the module, or none. Before 3.0.0 its library was one file. */
function wisecpModule(array $values): void
{
    $gone = dirname(settings()['root']) . '/registrar-that-was-removed';
    if (is_dir($gone)) {
        rename($gone, WISECP_REGISTRAR);
    }
    if (isset($values['version'])) {
        wisecpReplace('DomainNameAPI.php', '/\$version = "[^"]*"/', "\$version = \"{$values['version']}\"");
    }
    if (isset($values['library'])) {
        wisecpReplace('SharedApiConfigAndUtilsTrait.php', "/VERSION = '[^']*'/", "VERSION = '{$values['library']}'");
    }
    if (($values['present'] ?? true) === false) {
        rename(WISECP_REGISTRAR, $gone);
    }
}

function wisecpReplace(string $name, string $pattern, string $text): void
{
    $file = WISECP_REGISTRAR . "/$name";
    wisecpWrite($file, preg_replace($pattern, $text, (string) file_get_contents($file)));
}

/** As the switch in the list of addons does. */
function wisecpAddon(bool $active): void
{
    $file = MODULE_DIR . 'Addons/Keyturn/config.php';
    if (is_file($file)) {
        wisecpWrite($file, wisecpSource(['status' => $active] + wisecpRead($file)));
    }
}

return [
    'install' => static function (): void {
        database()->exec('CREATE TABLE api_budget (name VARCHAR(90) PRIMARY KEY, calls INT NOT NULL)');
        database()->exec(
            'CREATE TABLE mod_dna_cache_elements (id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(255), content LONGTEXT, '
            . 'updated_at DATETIME, INDEX (name))'
        );
        $keys = ['crypt' => ['system' => bin2hex(random_bytes(24)), 'user' => bin2hex(random_bytes(24))]];
        wisecpWrite(CORE_DIR . 'configuration/crypt.php', "<?php\n\nreturn " . var_export($keys, true) . ";\n");
        wisecpAddon(true);
    },
    'store' => static fn (array $values) => wisecpStore($values),
    'stored' => static fn (): array => wisecpStored(),
    // As somebody with a text editor and SFTP does it: OPcache is not told.
    'edit' => static function (array $values): void {
        $config = array_replace_recursive(wisecpConfig(), $values);
        file_put_contents(WISECP_REGISTRAR . '/config.php', wisecpSource($config));
    },
    'remove-config' => static function (): void {
        unlink(WISECP_REGISTRAR . '/config.php');
        Compiled::invalidate(WISECP_REGISTRAR . '/config.php');
    },
    'module' => static fn (array $values) => wisecpModule($values),
    'addon' => static fn (array $values) => wisecpAddon($values['active']),
    'forget-budget' => static fn () => database()->exec('DELETE FROM api_budget'),
    'logs' => static fn (): array => database()->query('SELECT * FROM mod_dna_cache_elements')->fetchAll(),
];
