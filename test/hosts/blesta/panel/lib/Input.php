<?php

declare(strict_types=1);

/** What a model or module found wrong, by field and rule; and the documented rules that modules check their rows with. */
final class Input
{
    /** @var array<string, array<string, string>>|false */
    private $errors = false;
    /** @var array<string, array<string, array<string, mixed>>> */
    private array $rules = [];

    /** @param array<string, array<string, string>> $errors */
    public function setErrors(array $errors): void
    {
        $this->errors = $errors === [] ? false : $errors;
    }

    /** @return array<string, array<string, string>>|false */
    public function errors()
    {
        return $this->errors;
    }

    /** @param array<string, array<string, array<string, mixed>>> $rules by field and name: rule, negate, message, last */
    public function setRules(array $rules): void
    {
        $this->rules = $rules;
    }

    /** @param array<string, mixed> $vars */
    public function validates(array &$vars): bool
    {
        $errors = [];
        foreach ($this->rules as $field => $rules) {
            foreach ($rules as $name => $rule) {
                $holds = $this->holds($rule['rule'], $vars[$field] ?? null) !== ($rule['negate'] ?? false);
                if (!$holds) {
                    $errors[$field][$name] = $rule['message'];
                }
                if (!$holds && ($rule['last'] ?? false)) {
                    break;
                }
            }
        }
        $this->setErrors($errors);
        return $errors === [];
    }

    /**
     * @param mixed $rule `isEmpty`, or a list of a function and what it gets after the value
     * @param mixed $value
     */
    private function holds($rule, $value): bool
    {
        if ($rule === 'isEmpty') {
            return $value === null || $value === '';
        }
        return (bool) $rule[0]($value, ...array_slice($rule, 1));
    }
}
