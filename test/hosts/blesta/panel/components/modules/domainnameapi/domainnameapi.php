<?php

declare(strict_types=1);

use DomainNameApi\DomainNameAPI_PHPLibrary;

use function Keyturn\Host\config;

require_once __DIR__ . '/apis/api.php';

/** Stand-in for the vendor's registrar module, with its names and its fault. */
final class Domainnameapi extends RegistrarModule
{
    private const FIELDS = ['user', 'key', 'sandbox'];

    public function __construct()
    {
        $this->loadConfig(__DIR__ . '/config.json');
        Loader::loadComponents($this, ['Input']);
    }

    /** What the row will hold: what was sent of the fields it knows, and nothing else. */
    public function editModuleRow($module_row, array &$vars)
    {
        if (empty($vars['sandbox'])) {
            $vars['sandbox'] = 'false';
        }
        $this->Input->setRules($this->rules($vars));
        if (!$this->Input->validates($vars)) {
            return null;
        }
        $meta = [];
        foreach (array_intersect_key($vars, array_flip(self::FIELDS)) as $key => $value) {
            $meta[] = ['key' => $key, 'value' => $value, 'encrypted' => $key === 'key' ? 1 : 0];
        }
        return $meta;
    }

    public function validateConnection($key, $user, $sandbox)
    {
        // The fault: the text "false" goes to a library that takes any text for true.
        $test = config('validationBug', true) === true ? $sandbox : $sandbox === 'true';
        return (new DomainNameAPI_PHPLibrary($user, $key, $test))->GetResellerDetails()['result'] === 'OK';
    }

    public function makeTest($key, $user, $sandbox = false)
    {
        return $key . '|' . $user . '|' . ($sandbox ? 'true' : 'false');
    }

    /** The line of the manage page for one row, asked anew at every view and with the same fault. */
    public function manageRow(stdClass $row): string
    {
        $details = (new DomainNameAPI_PHPLibrary($row->meta->user, $row->meta->key, $row->meta->sandbox ?? false))
            ->GetResellerDetails();
        return $details['result'] === 'OK' ? "{$details['id']} {$details['name']}" : '-';
    }

    private function rules(array $vars): array
    {
        $refused = 'The user and password combination appear to be invalid';
        $connection = [[$this, 'validateConnection'], $vars['user'] ?? '', $vars['sandbox']];
        return [
            'user' => ['valid' => ['rule' => 'isEmpty', 'negate' => true, 'message' => 'Please enter a user']],
            'key' => [
                'valid' => ['rule' => 'isEmpty', 'negate' => true, 'message' => 'Please enter a key', 'last' => true],
                'valid_connection' => ['rule' => $connection, 'message' => $refused],
            ],
        ];
    }
}
