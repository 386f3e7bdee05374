<?php

declare(strict_types=1);

namespace Keyturn\Connector\Blesta;

use Keyturn\Connector\Host;
use Keyturn\Connector\Module;
use Keyturn\Connector\Refusal;
use Keyturn\Connector\Stored;

// Asked for through the web server, the file does nothing and says nothing of where it lies.
if (!interface_exists(Host::class)) {
    return;
}

/**
 * The account rows that the Domain Name API module has in one company. A place is named as the binding's options name it:
 * `companyId 1` for the only row of a company, `companyId 1 rowId 3` for a certain one.
 */
final class BlestaHost implements Host
{
    private const MODULE = 'domainnameapi';

    /** @var \ModuleManager */
    private $modules;
    private RowMeta $meta;
    private int $companyId;
    private ModuleFiles $files;
    private Proof $proof;

    public function __construct($modules, RowMeta $meta, int $companyId, string $home)
    {
        $this->modules = $modules;
        $this->meta = $meta;
        $this->companyId = $companyId;
        $this->files = new ModuleFiles(dirname($home, 2));
        $this->proof = new Proof($home);
    }

    public function kind(): string
    {
        return 'blesta';
    }

    public function version(): ?string
    {
        return defined('BLESTA_VERSION') ? (string) constant('BLESTA_VERSION') : null;
    }

    public function module(): Module
    {
        return $this->files->facts($this->moduleId() !== null);
    }

    public function places(): array
    {
        $company = $this->companyPlace();
        if ($this->moduleId() === null) {
            return [$company => 'The module is not installed in this company'];
        }
        $rows = $this->rows();
        $places = count($rows) > 1 ? [] : [$company => $rows === [] ? 'No account row yet' : 'The only account row'];
        foreach ($rows as $row) {
            $places[$company . ' rowId ' . $row->id] = $this->labelOf($row);
        }
        return $places;
    }

    /** A company without a row holds an empty credential: absent is a value. */
    public function read(string $place): Stored
    {
        $row = $this->row($place);
        $meta = $row === null ? [] : (array) $row->meta;
        $others = array_diff_key($meta, ['user' => true, 'key' => true, 'sandbox' => true]);
        // The module acts on exactly this text; anything else is live to it.
        $testMode = ($meta['sandbox'] ?? '') === 'true';
        return new Stored(self::text($meta['user'] ?? ''), self::text($meta['key'] ?? ''), $testMode, $others);
    }

    public function canWrite(): bool
    {
        return true;
    }

    /**
     * Saves through Blesta's own function. The module checks a row with the vendor before it is saved; where it says no although the
     * vendor says yes to the connector, because this module version asks the wrong environment, the row is stored past the module.
     */
    public function write(string $place, Stored $wanted): void
    {
        $row = $this->row($place);
        if ($row === null) {
            throw new Refusal('row-missing', 'The module has no account row yet, and the first one is added by a person.');
        }
        $id = (int) $row->id;
        $before = $this->meta->rows($id);
        $errors = $this->edit($id, $wanted);
        if ($errors === []) {
            $this->meta->putBackLost($id, $before);
            return;
        }
        if (array_keys($errors) !== ['key'] || !isset($errors['key']['valid_connection'])) {
            throw new Refusal('not-saved', 'Blesta refused the row.');
        }
        if (!$this->proof->works($wanted)) {
            throw new Refusal('refused-by-module', 'The module refused the row, and so does the vendor from here.');
        }
        $this->storePastModule($id, $wanted, $before, $place);
    }

    /** @return array<string,mixed> what Blesta has against the row; empty if it saved it */
    private function edit(int $rowId, Stored $wanted): array
    {
        $sandbox = $wanted->testMode === true ? 'true' : 'false';
        $vars = ['user' => $wanted->username, 'key' => $wanted->password, 'sandbox' => $sandbox] + $wanted->others;
        $this->modules->editRow($rowId, $vars);
        $errors = $this->modules->errors();
        return is_array($errors) ? $errors : [];
    }

    /** If Blesta does not read back what was stored, the old row is put back as it was. */
    private function storePastModule(int $rowId, Stored $wanted, array $before, string $place): void
    {
        $this->meta->storeCredential($rowId, $wanted->username, $wanted->password, $wanted->testMode === true);
        $kept = $this->read($place);
        $same = $kept->username === $wanted->username && $kept->password === $wanted->password;
        if ($same && $kept->testMode === $wanted->testMode) {
            return;
        }
        $this->meta->putBack($rowId, $before);
        throw new Refusal('not-saved', 'Blesta does not read back what was stored; the old row was put back.');
    }

    private function row(string $place): ?object
    {
        $company = $this->companyPlace();
        $rows = $this->rows();
        if ($place === $company && count($rows) < 2) {
            return $rows[0] ?? null;
        }
        foreach ($rows as $row) {
            if ($place === $company . ' rowId ' . $row->id) {
                return $row;
            }
        }
        throw new Refusal('place-unknown', 'There is no such account row in this company, or several and none is named.');
    }

    /** @return array<int,object> the company's rows with their meta, decrypted by Blesta */
    private function rows(): array
    {
        $module = $this->moduleId();
        if ($module === null) {
            throw new Refusal('module-inactive', 'The module is not installed in this company.');
        }
        $rows = $this->modules->getRows($module);
        return is_array($rows) ? array_values($rows) : [];
    }

    private function moduleId(): ?int
    {
        $found = $this->modules->getByClass(self::MODULE, $this->companyId);
        $first = is_array($found) ? reset($found) : $found;
        return is_object($first) && isset($first->id) ? (int) $first->id : null;
    }

    private function companyPlace(): string
    {
        return 'companyId ' . $this->companyId;
    }

    /** Tells the rows apart without repeating what they hold: in a row with swapped fields the user is the key. */
    private function labelOf(object $row): string
    {
        $test = (((array) $row->meta)['sandbox'] ?? '') === 'true';
        return 'Account row ' . $row->id . ', test mode ' . ($test ? 'on' : 'off');
    }

    /** @param mixed $value */
    private static function text($value): string
    {
        return is_scalar($value) ? (string) $value : '';
    }
}
