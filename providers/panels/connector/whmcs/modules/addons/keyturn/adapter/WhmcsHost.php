<?php

declare(strict_types=1);

namespace Keyturn\Connector\Whmcs;

use Keyturn\Connector\Host;
use Keyturn\Connector\Module;
use Keyturn\Connector\Refusal;
use Keyturn\Connector\Stored;

// Asked for through the web server, the file does nothing and says nothing of where it lies.
if (!interface_exists(Host::class)) {
    return;
}

/**
 * The settings of the domainnameapi registrar module, through the functions that WHMCS gives to modules and hooks. The database is
 * left alone: WHMCS encrypts, logs and runs hooks by itself then.
 */
final class WhmcsHost implements Host
{
    private const MODULE = 'domainnameapi';
    private const USERNAME = 'API_UserName';
    private const PASSWORD = 'API_Password';
    private const TEST_MODE = 'API_TestMode';

    private string $root;
    private ModuleFiles $files;

    public function __construct(string $root)
    {
        $this->root = $root;
        $this->files = new ModuleFiles($root);
    }

    public function kind(): string
    {
        return 'whmcs';
    }

    public function version(): ?string
    {
        $version = $this->ask('WhmcsDetails', [])['whmcs']['version'] ?? null;
        return is_string($version) ? $version : null;
    }

    public function module(): Module
    {
        $present = $this->files->arePresent();
        return new Module(
            $present,
            $present ? $this->isActive() : null,
            $this->files->moduleVersion(),
            $this->files->libraryVersion()
        );
    }

    public function places(): array
    {
        return ['' => 'DomainNameAPI'];
    }

    /**
     * The values as the module gets them from WHMCS. One that was saved as HTML entities is not decoded: the module would send it
     * to the vendor as it is, so decoding it here would prove a key that the module cannot use.
     */
    public function read(string $place): Stored
    {
        $this->refuseOther($place);
        if (!$this->files->arePresent()) {
            throw new Refusal('module-missing', 'The DomainNameAPI module is not installed.');
        }
        $others = $this->settings();
        $username = $others[self::USERNAME] ?? '';
        $password = $others[self::PASSWORD] ?? '';
        // The module hands the text to the library, which asks for truth in PHP's sense.
        $testMode = (bool) ($others[self::TEST_MODE] ?? '');
        unset($others[self::USERNAME], $others[self::PASSWORD], $others[self::TEST_MODE]);
        return new Stored($username, $password, $testMode, $others);
    }

    /** All settings go in one call, because whether WHMCS keeps those that are not sent is not documented. */
    public function write(string $place, Stored $wanted): void
    {
        $this->refuseOther($place);
        $own = [
            self::USERNAME => $wanted->username,
            self::PASSWORD => $wanted->password,
            self::TEST_MODE => $wanted->testMode === true ? 'on' : '',
        ];
        $all = $own + $wanted->others;
        $this->save($all);
        $encoded = $this->encodedOnes($all);
        if ($encoded !== []) {
            // This WHMCS turns special characters into entities as it saves. What stands there as an entity must go in decoded.
            $this->save(array_replace($all, array_map(
                static fn (string $value): string => html_entity_decode($value, ENT_QUOTES | ENT_HTML5, 'UTF-8'),
                $encoded
            )));
        }
    }

    public function canWrite(): bool
    {
        return function_exists('localAPI');
    }

    private function refuseOther(string $place): void
    {
        if ($place !== '') {
            throw new Refusal('place-unknown', 'WHMCS keeps one credential for this module.');
        }
    }

    /** Null: this WHMCS (before 8.1.1) does not list its registrars. */
    private function isActive(): ?bool
    {
        $list = $this->ask('GetRegistrars', [])['registrars'] ?? null;
        if (!is_array($list)) {
            return null;
        }
        foreach ($list as $key => $registrar) {
            // The shape of the list is not documented.
            $names = is_array($registrar) ? $registrar : [$registrar];
            if ($key === self::MODULE || in_array(self::MODULE, $names, true)) {
                return true;
            }
        }
        return false;
    }

    /** @return array<string,string> */
    private function settings(): array
    {
        if (!function_exists('getregistrarconfigoptions')) {
            require_once $this->root . '/includes/registrarfunctions.php';
        }
        $settings = getregistrarconfigoptions(self::MODULE);
        $texts = array_filter(is_array($settings) ? $settings : [], 'is_scalar');
        return array_map(static fn ($value): string => (string) $value, $texts);
    }

    /** @param array<string,string> $settings */
    private function save(
        #[\SensitiveParameter]
        array $settings
    ): void {
        $values = ['moduleType' => 'registrar', 'moduleName' => self::MODULE, 'parameters' => $settings];
        if (($this->ask('UpdateModuleConfiguration', $values)['result'] ?? '') !== 'success') {
            throw new Refusal('not-saved', 'WHMCS did not save the configuration of the module.');
        }
    }

    /**
     * Those that were sent with an entity in them and are stored encoded once more.
     *
     * @param array<string,string> $sent
     * @return array<string,string>
     */
    private function encodedOnes(
        #[\SensitiveParameter]
        array $sent
    ): array {
        $stored = $this->settings();
        return array_filter($sent, static function (string $value, string $name) use ($stored): bool {
            $found = $stored[$name] ?? $value;
            return $found !== $value && html_entity_decode($found, ENT_QUOTES | ENT_HTML5, 'UTF-8') === $value;
        }, ARRAY_FILTER_USE_BOTH);
    }

    /**
     * A local API call. No administrator is named: from WHMCS 7.2 on, the first with API credentials, that is optional.
     *
     * @param array<string,mixed> $values
     * @return array<string,mixed>
     */
    private function ask(
        string $command,
        #[\SensitiveParameter]
        array $values
    ): array {
        $answer = localAPI($command, $values);
        return is_array($answer) ? $answer : [];
    }
}
